/** How source is broken: given a line, every line that it becomes. */
import { expect, test } from 'vitest';
import { editsOf } from '../src/mutants/operators.ts';
import { parse, walk } from '../src/mutants/syntax.ts';

const vocabularies = [['charge', 'refund']];

function broken(text: string): readonly string[] {
  return [...walk(parse(text))].flatMap(([node, around]) =>
    editsOf(node, { text, vocabularies }, around).map(
      (edit) => text.slice(0, edit.start) + edit.text + text.slice(edit.end),
    ),
  );
}

test.each([
  ['if (a) b;', ['if (false) b;', 'if (true) b;', 'if (a) ;']],
  ['const a = !b;', ['const a = b;']],
  ['const a = b as const;', []],
  ["type A = 'charge';", []],
  ['const a = (b && c);', ['const a = ((b));', 'const a = ((c));']],
  ['const a = b ?? c;', ['const a = (b);', 'const a = (c);']],
  ['const a = b > 0n;', ['const a = b >= 0n;', 'const a = b > 1n;']],
  ["const a = b === 'charge';", ["const a = b !== 'charge';", "const a = b === 'refund';"]],
  ['const a = b in c;', ['const a = !(b in c);']],
  ['const a = b.some(c);', ['const a = b.every(c);']],
  ['const a = b.filter(c);', ['const a = b;']],
  ['const a = { b, ...c };', ['const a = {  ...c };', 'const a = { b,  };']],
  [
    'const a = payment.captured - payment.refunded;',
    [
      'const a = payment.captured + payment.refunded;',
      'const a = payment.refunded - payment.refunded;',
      'const a = payment.captured - payment.refundPending;',
    ],
  ],
  [
    'const a = { debit: b, credit: c };',
    [
      'const a = {  credit: c };',
      'const a = { debit: b,  };',
      'const a = { debit: c, credit: b };',
    ],
  ],
])('%s', (line, lines) => {
  expect(broken(line)).toEqual(lines);
});
