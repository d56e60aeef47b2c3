declare module "*/inline.mjs" {
  export const MARKER: string;
  export function inert(json: string): string;
  export function inlined(template: string, json: string): string;
}
declare module "*/types.mjs" {
  export function typesOf(schema: unknown): string;
}
