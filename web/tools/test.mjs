// Runs every unit test: bundles src/**/*.test.ts(x) and test/*.test.ts with esbuild (node 18 reads no TypeScript) and
// hands the result to node's own test runner.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const web = fileURLToPath(new URL("..", import.meta.url));
const out = join(web, "dist/test");

const walk = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)],
  );

// The mock reads files that lie beside it: it stays where it is.
function keepMock(build) {
  build.onResolve({ filter: /\/mock\/\w+\.mjs$/ }, ({ path, resolveDir }) => ({
    path: pathToFileURL(join(resolveDir, path)).href,
    external: true,
  }));
}

const tests = [...walk(join(web, "src")), ...walk(join(web, "test"))].filter((file) => /\.test\.tsx?$/.test(file));
rmSync(out, { recursive: true, force: true });
await build({
  entryPoints: tests,
  outdir: out,
  outbase: web,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node18",
  outExtension: { ".js": ".mjs" },
  jsx: "automatic",
  jsxImportSource: "preact",
  packages: "external",
  plugins: [{ name: "mock", setup: keepMock }],
  logLevel: "warning",
});
const run = spawnSync(process.execPath, ["--test", ...walk(out).filter((file) => file.endsWith(".test.mjs"))], {
  stdio: "inherit",
  cwd: web,
});
process.exit(run.status ?? 1);
