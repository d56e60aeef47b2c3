/** The greatest of `least` and the values, however many: no call takes as many arguments as a list may be long. */
export const greatest = (least: number, values: number[]): number =>
  values.reduce((most, value) => Math.max(most, value), least);
