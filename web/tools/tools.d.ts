declare module "*/inline.mjs" {
  export const MARKER: string;
  export function inert(json: string): string;
  export function inlined(template: string, json: string): string;
}
declare module "*/types.mjs" {
  export function typesOf(schema: unknown): string;
  export const PRINTED: string[];
  export function printedTypesOf(schemas: Record<string, unknown>): Record<string, string>;
  export function apiTypesOf(document: unknown): Record<string, string>;
}
declare module "*/catalogue.mjs" {
  export function messagesOf(text: string): Record<string, [string, string]>;
  export function moduleOf(text: string): string;
}
declare module "*/mock/mock.mjs" {
  export const BASE: string;
  export function makeState(options?: Record<string, unknown>): any;
  export function answer(state: any, request: Record<string, unknown>): any;
}
declare module "*/mock/routes.mjs" {
  export const routes: Record<string, unknown>;
}
