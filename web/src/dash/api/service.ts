// Written by tools/types.mjs from schema/openapi.yaml. Change the schema, not this file.

export type Health = {
  status: "ok" | "degraded" | "stopping";
  program: string;
  as_of: string | null;
  checks: ({ name: string; ok: boolean; note: string | null })[];
};
