/** `docs/SETTINGS.md`: every setting, as `config-settings.ts` has it. */
import { type Setting, settingNames, tellSetting } from './config-settings.ts';

const whoReads: Readonly<Record<Setting['readBy'], string>> = {
  database: 'server, `florin`',
  server: 'server',
};

export function settingsDocument(): string {
  return [
    '# Every setting',
    '',
    'Generated from `apps/server/src/config-settings.ts` by `npx -y pnpm run docs`.',
    '',
    'Settings are environment variables. All of them are checked at the start, of the server and of each command of [`florin`](CLI.md): a value that is wrong ends it, with a line that says what the variable must be, and not what it was. `florin doctor` looks at all of them.',
    '',
    'Nothing has to be set. `server` means the server and its workers, which are one process; the embedded database has no settings beside these.',
    '',
    '| variable | takes | unit | default | read by | |',
    '|---|---|---|---|---|---|',
    ...settingNames.map((name) => row(tellSetting(name))),
    '',
    '## What else is read',
    '',
    'By the libraries, not by Florin itself:',
    '',
    '| variable | read by | |',
    '|---|---|---|',
    ...others.map(([names, by, what]) => `| ${names.map(code).join(', ')} | ${by} | ${what} |`),
    '',
  ].join('\n');
}

const code = (text: string): string => `\`${text}\``;

/** In a table. */
const plain = (text: string): string => text.replaceAll('|', '\\|');

function row({ name, takes, unit = '', default: value, without = '', what, readBy }: Setting) {
  const fallback = value === null ? `none: ${without}` : code(value);
  return `| ${code(name)} | ${plain(takes)} | ${unit} | ${fallback} | ${whoReads[readBy]} | ${what} |`;
}

const others: readonly (readonly [names: readonly string[], by: string, what: string])[] = [
  [
    ['PGHOST', 'PGPORT', 'PGUSER', 'PGPASSWORD', 'PGDATABASE'],
    'server, `florin`',
    'What `DATABASE_URL` leaves out. So a password need not stand in it.',
  ],
  [
    ['PATH'],
    'the embedded database',
    'Where `unshare` and `setpriv` are found, with which root starts it as another user. PostgreSQL gets nothing else of the environment.',
  ],
];
