// Written by tools/types.mjs from schema/openapi.yaml. Change the schema, not this file.

export type * from "./common";
export type * from "./definition";
export type * from "./session";
export type * from "./handoffs";
export type * from "./leads";
export type * from "./report";
export type * from "./meeting";
export type * from "./people";
export type * from "./webhooks";
export type * from "./service";
