/** What of a page stands between three ticks. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Block {
  readonly language: string;
  /** What stands behind the language, such as `start` or a file. */
  readonly word: string;
  readonly text: string;
}

/** Those within lists too, without what they are set in by. */
export async function blocksOf(checkout: string, path: string): Promise<readonly Block[]> {
  const page = await readFile(join(checkout, path), 'utf8');
  const found = page.matchAll(/^( *)```(\w*)(?: (.+))?\n([\s\S]*?)^ *```$/gm);
  return [...found].map(([, indent = '', language = '', word = '', text = '']) => ({
    language,
    word,
    text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}
