import Koa from 'koa';
import route from 'koa-route';

const app = new Koa();

const main = (ctx) => {
  ctx.body = 'Hello World';
};

const about = (ctx) => {
  ctx.type = 'html';
  ctx.body = '<a href="/">Start</a>';
};

const hello = (ctx, name) => {
  ctx.body = `Hello ${name}`;
};

app.use(route.get('/', main));
app.use(route.get('/about', about));
app.use(route.get('/hello/:name', hello));
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
