/** The greatest of `least` and the values, however many: arguments of a call may not be so many as values of a field. */
export const greatest = (least: number, values: number[]): number =>
  values.reduce((most, value) => Math.max(most, value), least);
