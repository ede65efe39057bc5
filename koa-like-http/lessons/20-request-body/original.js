import Koa from 'koa';
import Router from '@koa/router';
import { koaBody } from 'koa-body';

const app = new Koa();
const router = new Router();

const body = koaBody({
  text: false,
  jsonLimit: '1mb',
  formLimit: '1mb',
  onError: (error, ctx) => ctx.throw(error.status ?? 400),
});

const main = (ctx) => {
  if (ctx.request.body === undefined) ctx.throw(415);
  const { name } = ctx.request.body;
  if (typeof name !== 'string' || name === '') ctx.throw(400, '.name required');
  ctx.body = `Hello ${name}`;
};

router.post('/', body, main);

app.use(router.routes());
app.use(router.allowedMethods());
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
