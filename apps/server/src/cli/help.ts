/** What is told of each command beside its options: what it is good for, and how it is called. */

export interface More {
  /** Lines of at most 100 characters, as they stand in the help. */
  readonly notes?: string;
  readonly heading?: string;
  /** Command lines; some with what they are for. */
  readonly examples: readonly (string | readonly [line: string, why: string])[];
}

/** By the command's words, those of its parents included. */
export const more: Readonly<Record<string, More>> = {
  florin: {
    heading: 'First steps',
    examples: [
      ['florin doctor', 'is everything well?'],
      ['florin merchants create shop --mode test', 'a merchant'],
      ['florin keys create --merchant shop', 'and a key for it'],
    ],
    notes: `"florin <command> --help" tells more of each. Settings are the server's: DATABASE_URL,
FLORIN_DATA_DIR and others, see docs/SETTINGS.md. In a checkout: npx -y pnpm florin <command>`,
  },
  'florin merchants': { examples: ['florin merchants create "corner shop" --mode test'] },
  'florin merchants create': {
    notes:
      'Its mode is for good: a live merchant reaches providers that move money, a test one never does.',
    examples: ['florin merchants create "corner shop" --mode test'],
  },
  'florin merchants list': { examples: ['florin merchants list --json'] },
  'florin keys': { examples: ['florin keys create --merchant "corner shop" --name till'] },
  'florin keys create': {
    notes: 'The key is shown this once; the database keeps its hash only.',
    examples: [
      'florin keys create --merchant "corner shop" --name till',
      'florin keys create --merchant "corner shop" --scope payments:read --expires-in 90d',
    ],
  },
  'florin keys list': {
    notes: 'It shows how a key begins, and its id, which revoke and rotate take.',
    examples: ['florin keys list --merchant "corner shop"'],
  },
  'florin keys revoke': {
    notes: 'The id is that of "florin keys list", not the key itself.',
    examples: ['florin keys revoke key_01a2092306d277ec959ef8c374da84b5'],
  },
  'florin keys rotate': {
    notes: 'The new key has the name and scopes of the old one, which works on for the overlap.',
    examples: ['florin keys rotate key_01a2092306d277ec959ef8c374da84b5 --overlap 1h'],
  },
  'florin verify': {
    notes: `It reads only, while Florin runs, and lists each difference. It exits with 1 if there is one,
or a discrepancy that nobody has resolved.`,
    examples: ['florin verify --merchant "corner shop"'],
  },
  'florin doctor': {
    notes: `It looks at the settings, the port, the database, its version, migrations, role, grants and
clock, and at the API keys: a line each. It changes nothing, and exits with 1 if there is
something to mend.`,
    examples: ['florin doctor'],
  },
  'florin import': {
    examples: ['florin import django --from postgres://…/old --merchant shop --dry-run'],
  },
  'florin import django': {
    notes: `It reads the old table and changes nothing there. It may be stopped and run again at any time:
what is imported is left alone, what has changed there since follows. It exits with 1 if a row is
not imported or an order was paid twice: each is listed. See docs/MIGRATE-FROM-DJANGO.md.`,
    examples: [
      'florin import django --from postgres://…/old --merchant shop --dry-run',
      'florin import django --from postgres://…/old --merchant shop --map-status paid=SUCCESS',
    ],
  },
};

/** What the help of a command ends with. */
export function afterHelp({ notes, heading, examples }: More): string {
  const lines = examples.map((example) => {
    const [line, why] = typeof example === 'string' ? [example] : example;
    return why === undefined ? `  ${line}` : `  ${line.padEnd(46)} ${why}`;
  });
  const title = heading ?? (lines.length > 1 ? 'Examples' : 'Example');
  return ['', ...(notes === undefined ? [] : [notes, '']), `${title}:`, ...lines].join('\n');
}
