import Koa from 'koa';
import compose from 'koa-compose';
import route from 'koa-route';

const app = new Koa();

const logger = async (ctx, next) => {
  console.log(`>> ${ctx.method} ${ctx.url}`);
  await next();
  console.log(`<< ${ctx.status}`);
};

const noStore = async (ctx, next) => {
  await next();
  ctx.set('Cache-Control', 'no-store');
};

const main = (ctx) => {
  ctx.body = 'Hello World';
};

const about = (ctx) => {
  ctx.body = 'About this world';
};

const health = (ctx) => {
  ctx.body = 'Fine';
};

const composed = compose([logger, noStore]);

app.use(route.all('/', compose([composed, main])));
app.use(route.all('/about', compose([composed, about])));
app.use(route.all('/health', health));
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
