/** docs/CLI.md, word by word: its commands run in order on a fresh folder, and each succeeds. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/CLI.md'), 'utf8');
const commands = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);

/** `npx -y pnpm` asks the registry first: a test does without where pnpm is at hand anyway. */
const pnpmAtHand =
  'npx() { if command -v pnpm >/dev/null; then shift 2; pnpm "$@"; else command npx "$@"; fi; }';

it('each command of the page does what it says', async () => {
  expect(commands.length).toBeGreaterThan(6);
  const folder = mkdtempSync(join(tmpdir(), 'florin-cli-docs-'));
  const env = { ...process.env, FLORIN_DATA_DIR: join(folder, 'data') };
  // One shell: what is exported stays. The last answer shows that all before it had worked.
  const script = `set -eo pipefail\n${pnpmAtHand}\n${commands.join('\n')}`;
  try {
    const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: root, env });
    expect(stdout.match(/^fk_test_[A-Za-z0-9]{32}$/gm)).toHaveLength(3);
    expect(stdout).toMatch(/Revoked key key_[0-9a-f]{32} of merchant "corner shop"\..*\n$/);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 180_000);
