import { Client } from 'discord.js';
import { Agent, FormData, request } from 'undici';

/**
 * Makes each image with as many HTTP calls as the bot, and nothing else: no database, no queue, no limits, no checks.
 * POLLS and EDITS are how many of each the bot made for a job.
 */
const { DISCORD_API_URL, DISCORD_TOKEN, SEGMIND_API_URL, SEGMIND_API_KEY, POLLS, EDITS } = process.env;
/** Discord requires this form. @see https://discord.com/developers/docs/reference#user-agent */
const USER_AGENT = 'DiscordBot (https://example.org, 1.0)';
const POLL_MS = 100;
const dispatcher = new Agent({ connections: 128 });
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

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
  for (let edit = 1; edit < Number(EDITS); edit += 1) await callDiscord('PATCH', original, { content: `Step ${edit}` });
  for (let poll = 1, status = ''; status !== 'COMPLETED' || poll <= Number(POLLS); poll += 1) {
    ({ status } = await callSegmind('GET', `/v2/requests/${request_id}/status`));
    if (status !== 'COMPLETED') await wait(POLL_MS);
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
