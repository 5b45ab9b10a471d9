/**
 * What the run has seen of the OpenAPI document, over all its processes. Once every test file has
 * passed, whatever the document names and no test has seen fails the run: see `setup`.
 */
import { appendFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { type Document, responseOf, served } from './document.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where each process of the run writes what it has seen. */
    seenFolder: string;
  }
}

const known = new Set<string>();

/** @param code a refusal's; null for a success */
export function recordSeen(operation: string, status: number, code: string | null): void {
  const line = lineOf(operation, status, code);
  if (known.has(line)) return;
  known.add(line);
  appendFileSync(join(inject('seenFolder'), `${process.pid}`), `${line}\n`);
}

const lineOf = (operation: string, status: number | string, code: string | null): string =>
  [operation, status, ...(code === null ? [] : [code])].join(' ');

/** Every operation, status and refusal's code that a document names. */
export function namedIn(document: Document): readonly string[] {
  return Object.values(document.paths).flatMap((item) =>
    Object.values(item).flatMap(({ operationId, responses }) =>
      Object.keys(responses).flatMap((status) => {
        const response = responseOf(document, responses, status);
        const codes = Object.keys(response?.content['application/problem+json']?.examples ?? {});
        if (codes.length === 0) return [lineOf(operationId, status, null)];
        return codes.map((code) => lineOf(operationId, status, code));
      }),
    ),
  );
}

/** vitest's globalSetup. A run of single files or of single tests is held to nothing. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'florin-seen-'));
  project.provide('seenFolder', folder);
  return async () => {
    const files = await Promise.all(
      (await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')),
    );
    await rm(folder, { recursive: true });
    if (!(await isWhole(project))) return;
    const seen = new Set(files.flatMap((text) => text.split('\n')));
    const missing = namedIn(served).filter((line) => !seen.has(line));
    if (missing.length === 0) return;
    throw new Error(`/openapi.json names what no test has seen:\n${missing.join('\n')}`);
  };
}

/** Whether every test file there is has run and passed. */
async function isWhole(project: TestProject): Promise<boolean> {
  if (project.config.testNamePattern) return false;
  const { testFiles } = await project.globTestFiles();
  const passed = new Set(
    project.vitest.state
      .getTestModules()
      .filter((module) => module.state() === 'passed')
      .map(({ moduleId }) => moduleId),
  );
  return testFiles.every((file) => passed.has(file));
}
