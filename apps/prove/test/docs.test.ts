/** The documents: every block of code is compiled or run by something, and every link leads somewhere. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blocksOf } from '../src/docs/blocks.ts';
import { root } from '../src/docs/copy.ts';
import { pages as run, runElsewhere } from '../src/docs/pages.ts';
import { differs } from '../src/docs/shown.ts';

const files = execFileSync(
  'git',
  ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
  {
    cwd: root,
    encoding: 'utf8',
  },
).split('\0');
const pages = files.filter((path) => path.endsWith('.md') && existsSync(join(root, path)));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const isRun = (path: string): boolean => run.some((page) => page.path === path);

/** Of a block's language and word, what tries it; null where nothing does. */
function triedBy(path: string, kind: string): string | null {
  if (/^sh( start| exits-1| ci)?$/.test(kind) && isRun(path)) return 'pnpm prove:docs';
  if (kind === 'sh') return runElsewhere[path] ?? null;
  if (kind === 'sql' && isRun(path)) return 'pnpm prove:docs';
  if (kind === 'ts' && path === 'README.md') return 'packages/sdk/test/docs.test.ts';
  if (kind === 'ts') {
    const isCompiled = ['docs/SDK.md', 'packages/sdk/README.md'].includes(path);
    return isCompiled ? 'packages/sdk/test/docs.test.ts' : null;
  }
  if (/^ts \S+$/.test(kind)) {
    const isExample = path === 'docs/TUTORIAL.md' || path.startsWith('docs/how-to/');
    return isExample ? 'examples/order-service/test/how-to.test.ts' : null;
  }
  // What is printed, and what is no code.
  return /^(json|text|text example|md|)$/.test(kind) ? 'nothing to try' : null;
}

describe.each(pages)('%s', async (path) => {
  it('has no code that nobody tries', async () => {
    const kinds = (await blocksOf(root, path)).map(({ language, word }) =>
      `${language} ${word}`.trim(),
    );
    expect(kinds.filter((kind) => triedBy(path, kind) === null)).toEqual([]);
  });

  it('leads to what is there', () => {
    const text = read(path).replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const dead = links
      .filter((link) => !/^https?:/.test(link))
      .filter((link) => {
        const [to = '', anchor] = link.split('#');
        const target = to === '' ? path : join(dirname(path), to);
        if (!existsSync(join(root, target))) return true;
        return anchor !== undefined && !anchorsIn(target).has(anchor);
      });
    expect(dead).toEqual([]);
  });

  it('names no script that is not there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read(path).matchAll(/`(?:npx -y )?pnpm (?:run )?([a-z:]+)/g)];
    const missing = named.map(([, name = '']) => name).filter((name) => !scripts[name]);
    expect(missing).toEqual([]);
  });
});

/** As GitHub makes them of headings. */
function anchorsIn(path: string): ReadonlySet<string> {
  const headings = [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  const anchors = headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set(anchors);
}

it('every page that is said to be run is there, and so is what else runs one', () => {
  const told = [...run.map(({ path }) => path), ...Object.entries(runElsewhere).flat()];
  expect(told.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

describe('what is printed is what is shown', () => {
  const json = (text: string) => ({ language: 'json', word: '', text });
  const text = (shown: string) => ({ language: 'text', word: '', text: shown });
  it.each([
    ['{"a": 1, "b": 2}', json('{"a": 1}')],
    ['[{"a": 1, "b": 2}]', json('[{"a": 1}]')],
    ['$ node main.ts\nall\n\n', text('all\n')],
    [`pay_${'1'.repeat(32)} at`, text(`pay_${'2'.repeat(32)} at`)],
  ])('%j', (printed, shown) => {
    expect(differs(printed, shown)).toBeNull();
  });

  it.each([
    ['{"a": 2}', json('{"a": 1}')],
    ['{}', json('{"a": null}')],
    ['[{"a": 1}, {"a": 1}]', json('[{"a": 1}]')],
    ['{"a": 1}{"a": 1}', json('{"a": 1}')],
    ['all\nmore', text('all\n')],
    [`pay_${'1'.repeat(32)} at`, text(`op_${'1'.repeat(32)} at`)],
  ])('or it is told: %j', (printed, shown) => {
    expect(differs(printed, shown)).toContain('and not');
  });
});
