/* The static files of all rooms in one folder, as the site serves them: our pages' scripts import the maps'. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const FOLDERS = ["../../maps/static/maps", "../../geomatch/site/static/site"];

export async function importServed(path) {
  const root = mkdtempSync(join(tmpdir(), "geomatch-static-"));
  try {
    writeFileSync(join(root, "package.json"), '{"type": "module"}');
    for (const folder of FOLDERS) {
      const from = fileURLToPath(new URL(folder, import.meta.url));
      cpSync(from, join(root, folder.split("/").at(-1)), { recursive: true });
    }
    return await import(pathToFileURL(join(root, path)));
  } finally {
    rmSync(root, { recursive: true });
  }
}
