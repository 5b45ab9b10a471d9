/** What the client adds to a bundle: all of it, minified and gzipped. */
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

const mostBytes = 12_000;

export async function checkSize(entry: string): Promise<void> {
  const bundle = await rolldown({ input: entry, platform: 'browser' });
  const { output } = await bundle.generate({ format: 'es', minify: true });
  const bytes = gzipSync(output[0].code, { level: 9 }).length;
  process.stdout.write(`The client is ${bytes} bytes, minified and gzipped, of ${mostBytes}.\n`);
  if (bytes > mostBytes) throw new Error('The client is too large.');
}
