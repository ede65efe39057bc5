import Koa from 'koa';

const app = new Koa();

const greet = (ctx) => {
  ctx.vary('Accept');
  switch (ctx.accepts('text', 'xml', 'json', 'html')) {
    case 'xml':
      ctx.type = 'application/xml';
      ctx.body = '<data>Hello World</data>';
      break;
    case 'json':
      ctx.body = { data: 'Hello World' };
      break;
    case 'html':
      ctx.body = '<p>Hello World</p>';
      break;
    default:
      ctx.body = 'Hello World';
  }
};

app.use(greet);
app.listen(process.env.PORT ?? 3000, '127.0.0.1');
