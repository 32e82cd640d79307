// Wine 8: TCP keep-alive that is set before the connection stands makes ConnectEx fail, which breaks fetch(). Set it afterwards.
const net = require('node:net');
const keep = net.Socket.prototype.setKeepAlive;
net.Socket.prototype.setKeepAlive = function (...args) {
  if (!this.connecting) return keep.apply(this, args);
  this.once('connect', () => keep.apply(this, args));
  return this;
};
