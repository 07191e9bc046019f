/**
 * Runs the public audits of GraphQL over HTTP against the endpoint that the environment names:
 *
 *   AUDIT_URL    http://127.0.0.1:8080/graphql
 *   AUDIT_HOST   the Host header, by which a county is known
 *   AUDIT_TOKEN  a bearer token; without one the audits ask as anyone
 *
 * Prints a line for each audit that is not ok, then how many were. Ends with 1 unless all were.
 */
import { request } from 'node:http';
import { serverAudits } from 'graphql-http';

const url = required('AUDIT_URL');
const host = required('AUDIT_HOST');
const token = process.env.AUDIT_TOKEN ?? '';

const counts = { ok: 0, notice: 0, warn: 0, error: 0 };
const audits = serverAudits({ url, fetchFn: ask });
for (const audit of audits) {
  const result = await run(audit);
  counts[result.status]++;
  if (result.status !== 'ok') {
    console.log(`${result.status} ${result.id} ${result.name}: ${result.reason}`);
  }
}
const warnings = counts.notice + counts.warn;
console.log(
  `graphql-http audit: ${counts.ok} ok, ${warnings} warnings, ${counts.error} errors of ${audits.length}`,
);
process.exitCode = counts.ok === audits.length && audits.length > 0 ? 0 : 1;

/** An audit that throws has met something that it was not made for, such as a closed connection: as bad as a failed one. */
async function run({ id, name, fn }) {
  try {
    return await fn();
  } catch (failure) {
    return { id, name, status: 'error', reason: `it could not be carried out: ${failure.message}` };
  }
}

/** What of fetch the audits use. Node's own neither lets the Host header be set nor finds *.localhost everywhere. */
function ask(target, { method = 'GET', headers = {}, body } = {}) {
  const own = token ? { host, authorization: `Bearer ${token}` } : { host };
  return new Promise((resolve, reject) => {
    const call = request(target, { method, headers: { ...headers, ...own } }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve(
          new Response(Buffer.concat(parts), {
            status: answer.statusCode,
            headers: Object.entries(answer.headers).map(([key, value]) => [key, String(value)]),
          }),
        ),
      );
    });
    call.setTimeout(15_000, () => call.destroy(new Error('no answer within 15 s')));
    call.on('error', reject);
    call.end(body);
  });
}

function required(name) {
  const value = process.env[name];
  if (!value) {
    console.error(`${name} is not set; see the head of audit.mjs`);
    process.exit(2);
  }
  return value;
}
