/** Who may import whom (docs/architecture.md). The first zone that matches a file is its zone. */
export interface Zone {
  readonly name: string;
  readonly files: RegExp;
  /** Files outside its own folder that it may import. Its own folder is in `own`. */
  readonly mayImport: readonly RegExp[];
  /** May it import files of its own folder (of its domain, component folder, route)? */
  readonly own: boolean;
  readonly packages: readonly string[];
  /** Pure: no sockets, files, processes or environment. */
  readonly pure: boolean;
}

const core = /^lib\/core\//;
const pureFile =
  /^lib\/[a-z-]+\/([a-z-]+\/)?(model|schema|rules)\.ts$|^lib\/policies\/(members|attributes|names)\.ts$|^lib\/ledger\/(actions|checkpoint|envelope|merkle|proofs|recording-proof|signed-note|storable)\.ts$/;
/** Whole folders without effects. */
const pureFolder = /^lib\/(sql|shell|kubernetes|http|masking)\//;
const door = /^lib\/[a-z-]+\/index\.ts$/;
const auth = /^lib\/auth\//;
const db = /^lib\/db\//;
const append = /^lib\/ledger\/append\.ts$/;
const recording = /^lib\/recording\//;
const evaluate = /^lib\/policies\/(evaluate|compiled)\.ts$/;
const controlPlane = /^proxy\/control\/control-plane\.ts$/;
const ui = /^components\/ui\//;
const editor = [
  ...['@codemirror/commands', '@codemirror/language', '@codemirror/lint', '@codemirror/merge'],
  ...['@codemirror/state', '@codemirror/view', '@lezer/highlight'],
];
const react = ['react', 'react-dom', 'lucide-react'];

export const zones: readonly Zone[] = [
  { name: 'lib/core', files: core, mayImport: [], own: true, packages: ['zod'], pure: true },
  {
    name: 'models, schemas and rules',
    files: pureFile,
    mayImport: [core, pureFile, pureFolder, /^lib\/auth\/actor\.ts$/],
    own: false,
    // libpg-query: types of the tree.
    packages: ['zod', 'libpg-query'],
    pure: true,
  },
  {
    name: 'lib/sql and the other readers of text',
    files: pureFolder,
    mayImport: [core, pureFile, pureFolder],
    own: true,
    packages: ['libpg-query', 'zod'],
    // Its parser runs in a thread of its own.
    pure: false,
  },
  {
    name: 'lib/policies/evaluate',
    files: evaluate,
    mayImport: [core, pureFile, pureFolder],
    own: true,
    packages: ['@cedar-policy/cedar-wasm', 'zod'],
    pure: true,
  },
  {
    name: 'lib/recording',
    files: recording,
    mayImport: [core, pureFile],
    own: true,
    // The Azure ones: its blob store, which loads them on demand.
    packages: ['@azure/msal-node', '@azure/storage-blob', 'zod'],
    pure: false,
  },
  { name: 'lib/auth', files: auth, mayImport: [core, db], own: true, packages: [], pure: false },
  {
    name: 'lib/db',
    files: db,
    mayImport: [core],
    own: true,
    packages: ['@prisma/adapter-pg', '@prisma/client', 'pg'],
    pure: false,
  },
  {
    name: 'lib verbs',
    files: /^lib\//,
    mayImport: [core, pureFile, pureFolder, auth, db, door, append, recording, evaluate],
    own: true,
    packages: [
      ...['@cedar-policy/cedar-wasm', 'jose', 'nodemailer', 'pdfkit', 'pg', 'pg-copy-streams', 'yaml'],
      ...['zod'],
    ],
    pure: false,
  },
  {
    name: 'components/ui',
    files: ui,
    mayImport: [],
    own: true,
    packages: [
      ...react,
      ...['class-variance-authority', 'clsx', 'cmdk'],
      ...['next', 'radix-ui', 'tailwind-merge'],
    ],
    pure: true,
  },
  {
    name: 'the editor of policies',
    files: /^components\/policy\/code\//,
    mayImport: [core, pureFile, ui],
    own: true,
    packages: [...react, ...editor],
    pure: true,
  },
  {
    name: 'components',
    files: /^components\//,
    mayImport: [
      core,
      pureFile,
      ui,
      /^components\//,
      /^lib\/auth\/(actor|permissions|require-permission)\.ts$/,
    ],
    own: true,
    packages: [...react, ...['asciinema-player', 'next', 'next-auth', 'recharts']],
    pure: true,
  },
  {
    name: 'app/_server',
    files: /^app\/_server\//,
    mayImport: [core, pureFile, auth, db, door, append, recording, ui],
    own: true,
    packages: ['next', 'next-auth', 'pg', 'react', 'zod'],
    pure: false,
  },
  {
    name: 'app',
    files: /^app\/|^middleware\.ts$/,
    mayImport: [
      core,
      pureFile,
      pureFolder,
      auth,
      door,
      evaluate,
      /^components\//,
      /^app\//,
      /^lib\/db\/(client|notify)\.ts$/,
    ],
    own: true,
    packages: [...react, 'geist', 'next', 'next-auth', 'zod'],
    pure: false,
  },
  {
    name: 'the proxy’s seam to the database',
    files: /^proxy\/control\/(?!control-plane|watch|live-session)/,
    mayImport: [core, pureFile, auth, db, door, append, evaluate, /^proxy\/control\//],
    own: true,
    packages: ['pg', 'zod'],
    pure: false,
  },
  {
    name: 'proxy, where it is put together',
    files: /^proxy\/(main|services|config)\.ts$/,
    mayImport: [core, pureFile, db, recording, door, /^proxy\//],
    own: true,
    packages: ['zod'],
    pure: false,
  },
  {
    name: 'the gateway’s own connection to a target',
    files: /^proxy\/listeners\/postgres\/(control-connection|catalog)\.ts$/,
    mayImport: [core, pureFile, pureFolder, /^proxy\/(?!control\/(?!control-plane|watch|live-session))/],
    own: true,
    packages: ['pg'],
    pure: false,
  },
  {
    name: 'tokens for targets',
    files: /^proxy\/listeners\/entra-tokens\.ts$/,
    mayImport: [core],
    own: false,
    packages: ['@azure/msal-node'],
    pure: false,
  },
  {
    name: 'proxy',
    files: /^proxy\//,
    mayImport: [
      ...[core, pureFile, pureFolder, recording, evaluate, controlPlane],
      ...[
        /^lib\/identity\/index\.ts$/,
        /^lib\/policies\/index\.ts$/,
        /^proxy\/(?!control\/(?!control-plane|watch|live-session))/,
      ],
    ],
    own: true,
    packages: [],
    pure: false,
  },
  {
    name: 'bin',
    files: /^bin\//,
    mayImport: [/^lib\//, /^bin\//, /^proxy\/(main|config)\.ts$/],
    own: true,
    packages: ['@peculiar/x509', 'jose', 'oidc-provider', 'pg', 'reflect-metadata', 'zod'],
    pure: false,
  },
  {
    name: 'bench',
    files: /^bench\//,
    mayImport: [/^(lib|bin|proxy|tests\/support)\//, /^bench\//],
    own: true,
    packages: ['pg', 'jose'],
    pure: false,
  },
  {
    name: 'tests',
    files: /^(tests\/|[^/]+\.config\.ts$)/,
    mayImport: [/./],
    own: true,
    packages: ['*'],
    pure: false,
  },
];
