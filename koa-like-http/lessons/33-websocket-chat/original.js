import Koa from 'koa';
import Router from '@koa/router';
import { WebSocketServer } from 'ws';

const longest = 1024;
// How many bytes may wait for a client.
const behind = 1000 * longest;

const app = new Koa();
const router = new Router();

// An upgrade does not come to Koa: the server hands it over to ws. Here come those who did not ask for one.
router.get('/chat', (ctx) => {
  ctx.throw(400, "Connection header did not include 'upgrade'");
});

app.use(router.routes());
app.use(router.allowedMethods());

const server = app.listen(process.env.PORT ?? 3000, '127.0.0.1');
const room = new WebSocketServer({ server, path: '/chat', maxPayload: longest });

const say = (text) => {
  for (const client of room.clients) {
    if (client.readyState !== client.OPEN) continue;
    if (client.bufferedAmount > behind) client.terminate();
    else client.send(text);
  }
};

room.on('connection', (socket, request) => {
  const name = new URL(request.url, 'http://localhost').searchParams.get('name');
  say(`${name} joins`);
  socket.on('message', (data, isBinary) => {
    if (isBinary) socket.close(1003);
    else say(`${name}: ${data}`);
  });
  // ws itself closes the connection after an error, such as a message that is too long.
  socket.on('error', () => {});
  socket.on('close', () => say(`${name} leaves`));
});
