import Koa from 'koa';
import cors from '@koa/cors';
import helmet from 'koa-helmet';

const ORIGINS = ['https://shop.example', 'http://localhost:5173'];

const app = new Koa();

const known = (ctx) => ORIGINS.includes(ctx.get('Origin'));

const broken = () => {
  throw new Error('broken');
};

const hello = (ctx) => {
  ctx.body = 'Hello';
};

app.use(helmet());
app.use(
  cors({
    origin: (ctx) => known(ctx) && ctx.get('Origin'),
    credentials: true,
    allowMethods: ['GET', 'PUT', 'DELETE'],
    allowHeaders: ['authorization', 'content-type'],
    maxAge: 600,
  }),
);
app.use((ctx) => (ctx.path === '/broken' ? broken() : hello(ctx)));
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
