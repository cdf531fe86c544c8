// ONNX Runtime beside our kernels: node bench.js THREADS MODELS reads one request per line, such as
// {"verb": "attention", "name": "attention-8x512x64", "heads": 8, "queries": 512, "width": 64, "causal": false, "seconds": 0.3, "way": null}
// and answers with one line: {"way": the fastest operator that says it, "ms": its median, "runs": how many}.
// The models are those that make_models.py wrote. Outputs are written into tensors that are there before, as our kernels do.
const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');
const ort = require('onnxruntime-node');

const FEWEST_RUNS = 3;
const SETTINGS = 'intraOpNumThreads = T, interOpNumThreads = 1, all graph optimizations, outputs written in place; the fastest operator that says each row';
const [threads, models] = [Number(process.argv[2]), process.argv[3]];
const now = () => Number(process.hrtime.bigint()) / 1e6;

function tensor(shape) {
  const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
  for (let i = 0; i < values.length; i++) values[i] = 2 * (Math.random() + Math.random() + Math.random() - 1.5);
  return new ort.Tensor('float32', values, shape);
}

const integer = (value, shape) => new ort.Tensor('int32', Int32Array.of(value), shape);

/** What each operator is fed, and where it writes. */
const buffers = {
  attention({ heads, queries, width }, way) {
    const apart = [1, heads, queries, width];
    const shape = way === 'Attention' || way === 'MatMul' ? apart : [1, queries, heads * width];
    const feeds = { q: tensor(shape), k: tensor(shape), v: tensor(shape) };
    if (way !== 'GroupQueryAttention') return [feeds, { o: tensor(shape) }];
    return [{ ...feeds, past_length: integer(queries - 1, [1]), total_length: integer(queries, []) }, { o: tensor(shape), ks: tensor(apart), vs: tensor(apart) }];
  },
  decode({ heads, key_heads, keys, width }, way) {
    const [k, v] = [tensor([1, key_heads, keys, width]), tensor([1, key_heads, keys, width])];
    const row = way === 'Attention' ? [1, heads, 1, width] : [1, 1, heads * width];
    if (way !== 'GroupQueryAttention') return [{ q: tensor(row), k, v }, { o: tensor(row) }];
    const fresh = [1, 1, key_heads * width];
    // The cache is its own output: the operator then appends in place instead of copying it.
    return [{ q: tensor(row), k: tensor(fresh), v: tensor(fresh), kc: k, vc: v, past_length: integer(keys - 1, [1]), total_length: integer(keys, []) }, { o: tensor(row), ks: k, vs: v }];
  },
  'mha-layer': ({ length, width }) => [{ x: tensor([1, length, width]) }, { o: tensor([1, length, width]) }],
  matmul: ({ size }) => [{ a: tensor([size, size]), b: tensor([size, size]) }, { o: tensor([size, size]) }],
  rows: ({ rows, columns }) => [{ x: tensor([rows, columns]) }, { o: tensor([rows, columns]) }],
};

async function once(session, feeds, outputs) {
  const begin = now();
  await session.run(feeds, outputs);
  return now() - begin;
}

async function timed(session, feeds, outputs, seconds) {
  for (let i = 0; i < 2; i++) await once(session, feeds, outputs);
  const times = [];
  const end = now() + 1e3 * seconds;
  while (times.length < FEWEST_RUNS || (now() < end && times.length < 10001)) times.push(await once(session, feeds, outputs));
  times.sort((a, b) => a - b);
  return { ms: (times[(times.length - 1) >> 1] + times[times.length >> 1]) / 2, runs: times.length };
}

async function opened(request, way, use) {
  const options = { intraOpNumThreads: threads, interOpNumThreads: 1, executionProviders: ['cpu'], graphOptimizationLevel: 'all', logSeverityLevel: 3 };
  const session = await ort.InferenceSession.create(path.join(models, `${request.name}.${way}.onnx`), options);
  try {
    return await use(session, ...(buffers[request.verb] ?? buffers.rows)(request, way));
  } finally {
    await session.release();
  }
}

/** The way whose best of two runs is the shortest; an operator that this version refuses takes no part. */
async function fastest(request, ways) {
  let [best, least] = [null, Infinity];
  for (const way of ways) {
    try {
      const ms = await opened(request, way, async (session, feeds, outputs) => {
        await once(session, feeds, outputs);
        return Math.min(await once(session, feeds, outputs), await once(session, feeds, outputs));
      });
      if (ms < least) [best, least] = [way, ms];
    } catch (mistake) {
      process.stderr.write(`${request.name}.${way}: ${mistake}\n`);
    }
  }
  if (best === null) throw new Error(`no operator ran for ${request.name}`);
  return best;
}

async function answer(request) {
  const ways = fs.readdirSync(models).filter((file) => file.startsWith(`${request.name}.`)).map((file) => file.split('.').at(-2));
  const way = request.way ?? (await fastest(request, ways));
  return { way, ...(await opened(request, way, (session, feeds, outputs) => timed(session, feeds, outputs, request.seconds))) };
}

async function main() {
  console.log(JSON.stringify({ name: `ONNX Runtime ${require('onnxruntime-node/package.json').version}`, settings: SETTINGS }));
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let reply;
    try {
      reply = await answer(JSON.parse(line));
    } catch (mistake) {
      reply = { error: String(mistake) }; // said to the other side, which goes on with the next row
    }
    console.log(JSON.stringify(reply));
  }
}

main();
