// The reference pages, from the same definitions that the code runs on. Every page is a file of docs/.
import { cliPage } from './docs/cli.mjs';
import { configPage } from './docs/config.mjs';
import { doctorPage } from './docs/doctor.mjs';
import { environmentPage } from './docs/environment.mjs';
import { errorsPage } from './docs/errors.mjs';
import { exitCodesPage } from './docs/exit-codes.mjs';
import { commandsJson, jsonPage } from './docs/json.mjs';
import { productPacksPage } from './docs/product-packs.mjs';
import { protocolPage } from './docs/protocol.mjs';
import { runbookPage } from './docs/runbook.mjs';
import { supervisorPage } from './docs/supervisor.mjs';

const PAGES = {
  'cli.md': cliPage,
  'exit-codes.md': exitCodesPage,
  'errors.md': errorsPage,
  'doctor.md': doctorPage,
  'protocol.md': protocolPage,
  'runbook.md': runbookPage,
  'config.md': configPage,
  'environment.md': environmentPage,
  'product-packs.md': productPacksPage,
  'supervisor.md': supervisorPage,
  'json.md': jsonPage,
  'schemas/output/commands.json': commandsJson,
};

export async function generateDocs() {
  const pages = Object.entries(PAGES).map(async ([name, make]) => [`docs/reference/${name}`, await make()]);
  return new Map(await Promise.all(pages));
}
