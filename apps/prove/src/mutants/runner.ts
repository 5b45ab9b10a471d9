/**
 * A process that runs tests again and again, each time against another mutant, and tells its parent
 * what failed first. Vitest stays; its worker, with all modules in it, is a new one each time.
 */
import { relative } from 'node:path';
import '@florin/db/testing';
import { createVitest, type TestModule, type TestSpecification } from 'vitest/node';

/** Run these test files, in this order; the first failure ends it. */
export interface Job {
  readonly files: readonly string[];
  /** A source file, and the text that stands in for it. */
  readonly replaced?: { readonly file: string; readonly text: string };
  /** The URL of the database that tests copy. */
  readonly template?: string;
}

/** The first test that failed, `file > name`; null where all passed. */
export type Answer = string | null;

const [root = '.'] = process.argv.slice(2);
let job: Job = { files: [] };

/** As they are given: what fails first must not depend on what failed before. */
class AsGiven {
  shard = async (specifications: TestSpecification[]) => specifications;
  sort = this.shard;
}

/** As the packages' own configurations have it; without their databases, which come with the job. */
const vitest = await createVitest(
  {
    config: false,
    root,
    watch: false,
    reporters: [{}],
    bail: 1,
    isolate: false,
    // Threads end with this process, also those that never would by themselves.
    pool: 'threads',
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    cache: false,
    sequence: { sequencer: AsGiven },
    // It knows a file by its text on disk, which is the same for every mutant: none would be caught.
    fsModuleCache: false,
  },
  {
    plugins: [
      {
        name: 'mutant',
        enforce: 'pre',
        load: (id) => (id === job.replaced?.file ? job.replaced.text : undefined),
      },
    ],
  },
);
await vitest.standalone();

async function run(): Promise<Answer> {
  const project = vitest.getRootProject();
  const { files, replaced, template } = job;
  if (template !== undefined) project.provide('florinTemplate', template);
  if (replaced) vitest.invalidateFile(replaced.file);
  const specifications = files.map((file) => project.createSpecification(file));
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
  if (replaced) vitest.invalidateFile(replaced.file);
  // It also tells of files of earlier jobs, as they ended then.
  const failed = testModules.find(
    (module) => files.includes(module.moduleId) && module.state() === 'failed',
  );
  if (failed) return firstFailure(failed);
  return unhandledErrors.length > 0 ? 'an error outside of any test' : null;
}

function firstFailure(module: TestModule): string {
  const [test] = module.children.allTests('failed');
  return `${relative(root, module.moduleId)} > ${test?.fullName ?? 'before its tests'}`;
}

process.on('message', async (next: Job) => {
  job = next;
  process.send?.(await run());
});
process.on('disconnect', () => process.exit());
