import { Client } from 'discord.js';
import { Agent, FormData, request } from 'undici';

/**
 * Makes each image with as many HTTP calls as the bot, and nothing else: no database, no queue, no limits, no checks.
 * POLLS and EDITS are how many of each the bot made for a job, on average; the polls are spread over POLLED_MS.
 */
const { DISCORD_API_URL, DISCORD_TOKEN, SEGMIND_API_URL, SEGMIND_API_KEY, POLLS, EDITS, POLLED_MS } = process.env;
/** Discord requires this form. @see https://discord.com/developers/docs/reference#user-agent */
const USER_AGENT = 'DiscordBot (https://example.org, 1.0)';
const POLL_MS = Number(POLLED_MS) / Number(POLLS);
const dispatcher = new Agent({ connections: 128 });
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** How many calls of each kind are still to be made for the jobs so far, as fractions; a poll that came too early is saved later. */
const owed = { polls: 0, edits: 0 };

/** How many calls of this kind a new job makes, at least one. */
function plan(kind, perJob) {
  owed[kind] += Number(perJob);
  const count = Math.max(1, Math.round(owed[kind]));
  owed[kind] -= count;
  return count;
}

async function call(url, options = {}) {
  const headers = { 'user-agent': USER_AGENT, ...options.headers };
  const { statusCode, body } = await request(url, { dispatcher, ...options, headers });
  const bytes = Buffer.from(await body.arrayBuffer());
  if (statusCode >= 300) throw new Error(`${statusCode}: ${bytes}`);
  return bytes;
}

const callDiscord = (method, path, body) =>
  call(`${DISCORD_API_URL}/v10${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

async function callSegmind(method, path, body) {
  const headers = { 'x-api-key': SEGMIND_API_KEY, ...(body ? { 'content-type': 'application/json' } : {}) };
  return JSON.parse(
    await call(`${SEGMIND_API_URL}${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }),
  );
}

async function makeImage({ id, token, application_id, data }) {
  await callDiscord('POST', `/interactions/${id}/${token}/callback`, { type: 5 });
  const original = `/webhooks/${application_id}/${token}/messages/@original`;
  const { prompt, width, height, steps, seed } = Object.fromEntries(
    data.options.map(({ name, value }) => [name, value]),
  );
  const { request_id } = await callSegmind('POST', '/v2/sdxl1.0-timeless', {
    prompt,
    img_width: width,
    img_height: height,
    num_inference_steps: steps,
    seed,
  });
  for (let edit = plan('edits', EDITS); edit > 1; edit -= 1)
    await callDiscord('PATCH', original, { content: `${edit} steps left` });
  const polls = plan('polls', POLLS);
  for (let poll = 1, status = ''; status !== 'COMPLETED' || poll <= polls; poll += 1) {
    if (status !== 'COMPLETED') await wait(POLL_MS);
    if (poll > polls) owed.polls -= 1;
    ({ status } = await callSegmind('GET', `/v2/requests/${request_id}/status`));
  }
  const { output } = await callSegmind('GET', `/v2/requests/${request_id}`);
  const form = new FormData();
  form.set('payload_json', JSON.stringify({ content: prompt, attachments: [{ id: '0', filename: 'image.jpeg' }] }));
  form.set('files[0]', new Blob([await call(output)], { type: 'image/jpeg' }), 'image.jpeg');
  await call(`${DISCORD_API_URL}/v10${original}`, { method: 'PATCH', body: form });
}

const client = new Client({ intents: [], rest: { api: DISCORD_API_URL } });
client.ws.on('INTERACTION_CREATE', (interaction) => {
  makeImage(interaction).catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
});
client.once('clientReady', () => process.stdout.write('ready\n'));
await client.login(DISCORD_TOKEN);
