import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Koa from 'koa';
import { koaBody } from 'koa-body';

const app = new Koa();
const uploadDir = await mkdtemp(join(tmpdir(), 'koa-uploads-'));

const body = koaBody({
  multipart: true,
  json: false,
  text: false,
  urlencoded: false,
  formidable: {
    uploadDir,
    maxFiles: 10,
    maxTotalFileSize: 1024 * 1024,
    allowEmptyFiles: true,
    minFileSize: 0,
    filter: ({ originalFilename }) => Boolean(originalFilename),
  },
  onError: (error, ctx) => ctx.throw(error.httpCode ?? 500),
});

const main = (ctx) => {
  if (ctx.request.files === undefined) ctx.throw(415);
  // Each file lies under a name that formidable chose. What the client calls it is text and nothing more.
  const files = Object.values(ctx.request.files).flat();
  const lines = files.map((file) => `${file.originalFilename}: ${file.size} bytes\n`).sort();
  ctx.type = 'text/plain';
  ctx.body = `files: ${files.length}\n${lines.join('')}`;
};

app.use(body);
app.use(main);
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
