/** Which folder may import which. `npm run check:arrows` checks it, and test/arrows.test.ts checks that. */

const EVERYWHERE = [
  'config',
  'fatal',
  'invite',
  'lazy',
  'log',
  'loopback',
  'shards',
  'snowflake',
  'system-errors',
  'time',
];

/** Folder of src -> what it may import from src, beside itself and EVERYWHERE. A name with a slash is one file. */
const ARROWS = {
  events: ['commands', 'replies', 'texts'],
  commands: ['jobs', 'people', 'settings', 'replies', 'texts', 'styles', 'segmind/parameters', 'delivery/refusals'],
  jobs: ['segmind', 'storage', 'styles'],
  delivery: ['replies', 'jobs'],
  'mod-log': ['replies', 'texts', 'jobs', 'delivery/refusals', 'delivery/paced-queue'],
  'usage-chart': ['replies/usage-ranking', 'texts'],
  replies: ['texts', 'jobs', 'settings', 'styles', 'segmind/parameters'],
  texts: [],
  settings: ['storage', 'styles', 'segmind/parameters', 'jobs/job', 'jobs/upkeep/job-charge'],
  styles: ['segmind/parameters'],
  monitoring: ['jobs', 'segmind'],
  doctor: ['segmind/schemas', 'storage'],
  setup: ['doctor/discord', 'doctor/finding', 'doctor/segmind', 'environment/decode-text'],
  people: ['storage', 'jobs/job', 'settings/calendar'],
  segmind: [],
  storage: [],
  environment: [],
};

/** A package -> the only places in src that may import it. */
const PACKAGES = {
  'discord.js': {
    path: 'node_modules/(discord\\.js|@discordjs|discord-api-types)/',
    only: ['bot', 'events', 'commands', 'delivery', 'mod-log', 'replies'],
  },
  undici: { path: 'node_modules/undici/', only: ['segmind'] },
  bottleneck: { path: 'node_modules/bottleneck/', only: ['jobs/permits/limiter'] },
  'prom-client': { path: 'node_modules/prom-client/', only: ['monitoring'] },
  ws: { path: 'node_modules/ws/', only: ['doctor/gateway'] },
  sharp: { path: 'node_modules/(sharp|@img)/', only: ['delivery', 'segmind/images'] },
  'chart.js': { path: 'node_modules/(chart\\.js|@napi-rs)/', only: ['usage-chart'] },
  'database-drivers': { path: 'node_modules/(better-sqlite3|pg|kysely)/|^(node:)?sqlite$', only: ['storage'] },
  'pino-pretty': { path: 'node_modules/pino-pretty/', only: ['readable-line'] },
  '@clack/prompts': { path: 'node_modules/@clack/', only: ['setup'] },
  timers: { path: '^(node:)?timers(/promises)?$', only: ['time'] },
};

/** Matches the files of src that these names stand for. */
function sources(names) {
  return `^src/(${names.map((name) => (name in ARROWS ? `${name}/` : `${name}\\.ts$`)).join('|')})`;
}

const folderRules = Object.entries(ARROWS).map(([folder, allowed]) => ({
  name: `${folder}-imports`,
  comment: `src/${folder} imports only: ${[...allowed, ...EVERYWHERE].join(', ')}`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: sources([folder, ...allowed, ...EVERYWHERE]) },
}));

const packageRules = Object.entries(PACKAGES).map(([name, { path, only }]) => ({
  name: `${name}-only-where-it-belongs`,
  comment: `In src, ${name} is imported only by: ${only.join(', ')}`,
  severity: 'error',
  from: { path: '^src/', pathNot: sources(only) },
  to: { path },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...folderRules,
    ...packageRules,
    {
      name: 'only-types-of-jobs',
      comment: 'These know what a job looks like, not how it runs',
      severity: 'error',
      from: { path: '^src/(delivery|mod-log|replies|settings)/' },
      to: { path: '^src/jobs/', pathNot: sources(['jobs/delivery-route']), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'peers-imported-once',
      comment: 'Only where jobs are built it is known that other processes may share the database',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/jobs/(create-jobs\\.ts$|peers/)' },
      to: { path: '^src/jobs/peers/' },
    },
    {
      name: 'root-files-imports',
      comment: 'What is imported by all imports only each other; config also what reads the environment for it',
      severity: 'error',
      from: { path: sources(EVERYWHERE) },
      to: { path: '^src/', pathNot: sources([...EVERYWHERE, 'environment']) },
    },
    {
      name: 'environment-imported-by-config-only',
      comment: 'config.ts alone knows where settings come from; setup reads the file as config.ts will',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(config\\.ts$|environment/|setup/)' },
      to: { path: '^src/environment/' },
    },
    {
      name: 'main-imports',
      comment: 'main.ts is the process: it reads settings and starts the bot',
      severity: 'error',
      from: { path: '^src/main\\.ts$' },
      to: { path: '^src/', pathNot: sources(['bot', 'readable-line', ...EVERYWHERE]) },
    },
    {
      name: 'doctor-entry-imports',
      comment: 'doctor.ts is a process of its own: it reads settings and prints what the checks find',
      severity: 'error',
      from: { path: '^src/doctor\\.ts$' },
      to: { path: '^src/', pathNot: sources(['doctor', ...EVERYWHERE]) },
    },
    {
      name: 'setup-entry-imports',
      comment: 'setup.ts is a process of its own: it asks questions and writes .env',
      severity: 'error',
      from: { path: '^src/setup\\.ts$' },
      to: { path: '^src/', pathNot: sources(['setup', ...EVERYWHERE]) },
    },
    {
      name: 'commands-entry-imports',
      comment: 'manage-commands.ts is a process of its own: it reads settings and speaks to Discord',
      severity: 'error',
      from: { path: '^src/manage-commands\\.ts$' },
      to: { path: '^src/', pathNot: sources(['events/remove-global-commands', ...EVERYWHERE]) },
    },
    {
      name: 'data-entry-imports',
      comment: 'data.ts is a process of its own: it exports and erases what is stored about a person',
      severity: 'error',
      from: { path: '^src/data\\.ts$' },
      to: {
        path: '^src/',
        pathNot: sources(['people', 'storage', 'jobs/stages/image-files', 'jobs/upkeep/old-jobs', ...EVERYWHERE]),
      },
    },
    {
      name: 'bot-imported-by-main-only',
      comment: 'bot.ts is the composition root',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/main\\.ts$' },
      to: { path: '^src/bot\\.ts$' },
    },
    {
      name: 'nobody-imports-main',
      comment: 'main.ts, data.ts, doctor.ts, manage-commands.ts and setup.ts start a process when they are imported',
      severity: 'error',
      from: {},
      to: { path: '^src/(main|data|doctor|manage-commands|setup)\\.ts$' },
    },
    {
      name: 'src-stands-alone',
      comment: 'The bot is built and shipped without its sandbox, tests and measurements',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(sandbox|test|bench|scripts|dist)/' },
    },
    {
      name: 'no-dev-dependencies-in-src',
      comment: 'The bot is installed without development dependencies',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'no-undeclared-dependencies',
      comment: 'What is imported stands in package.json',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
