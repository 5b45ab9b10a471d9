/** Every mutant of the rules: read off the source of `packages/core`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceMutant } from './mutant.ts';
import { type Edit, editsOf } from './operators.ts';
import { coreRoot, coreTests } from './packages.ts';
import type { Heart } from './prove.ts';
import { child, type Node, nameIn, parse, walk } from './syntax.ts';
import { type Vocabulary, vocabulariesOf } from './vocabularies.ts';

/** What decides, and the tables that it reads. */
const heart = [
  'decide.ts',
  'guards.ts',
  'payment.ts',
  'outcome.ts',
  'settle.ts',
  'suspense.ts',
  'resolve.ts',
  'movement.ts',
  'ledger.ts',
  'commands.ts',
  'deadlines.ts',
  'import.ts',
  'imported.ts',
] as const;

/** No mutants of their own, but words that the heart uses. */
const wordsOnly = ['accounts.ts'] as const;

interface SourceFile {
  readonly name: string;
  readonly path: string;
  readonly text: string;
  readonly tree: Node;
}

export function sourceHeart(): Heart<SourceMutant> {
  const files = heart.map(read);
  const vocabularies = vocabulariesOf([...files, ...wordsOnly.map(read)].map(({ tree }) => tree));
  const mutants = files.flatMap((file) => mutantsOf(file, vocabularies));
  return {
    root: coreRoot,
    tests: coreTests(),
    control: withComment(read(heart[0])),
    // Two operators may come to the same text.
    mutants: [...new Map(mutants.map((mutant) => [mutant.file + mutant.text, mutant])).values()],
    with: ({ file, text }, run) => run({ replaced: { file, text } }),
  };
}

function read(name: string): SourceFile {
  const path = join(coreRoot, 'src', name);
  const text = readFileSync(path, 'utf8');
  return { name, path, text, tree: parse(text) };
}

function mutantsOf(
  { name, path, text, tree }: SourceFile,
  vocabularies: readonly Vocabulary[],
): readonly SourceMutant[] {
  return [...walk(tree)].flatMap(([node, around]) =>
    editsOf(node, { text, vocabularies }, around).map(
      (edit): SourceMutant => ({
        kind: 'source',
        sort: edit.sort,
        where: `${name}:${text.slice(0, edit.start).split('\n').length}`,
        context: [...functionOf(around), inItsLine(edit, text)].join(' | '),
        before: onOneLine(text.slice(edit.start, edit.end)),
        after: onOneLine(edit.text),
        file: path,
        text: text.slice(0, edit.start) + edit.text + text.slice(edit.end),
      }),
    ),
  );
}

/** The function in which something stands: many have the same guards. */
function functionOf(around: readonly Node[]): readonly string[] {
  const found = around.find(({ type }) => type === 'FunctionDeclaration');
  return found ? [nameIn(child(found, 'id')) ?? ''] : [];
}

/** The line, with what is replaced in brackets: it may stand there twice. */
function inItsLine({ start, end }: Edit, text: string): string {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = text.indexOf('\n', end);
  const replaced = text.slice(start, end).split('\n')[0] ?? '';
  const after = replaced.length === end - start ? text.slice(end, lineEnd) : '';
  return onOneLine(`${text.slice(lineStart, start)}«${replaced}»${after}`);
}

const withComment = ({ name, path, text }: SourceFile): SourceMutant => ({
  kind: 'source',
  sort: 'control',
  where: `${name}:1`,
  context: 'a comment is put in',
  before: '',
  after: '// nothing',
  file: path,
  text: `// nothing\n${text}`,
});

const onOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
