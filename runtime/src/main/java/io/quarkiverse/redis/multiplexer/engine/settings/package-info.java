/**
 * What a client has been configured with, in the form that the engine uses, and small things that are the same
 * everywhere: delays, addresses, how the words of others are printed. No secret leaves it.
 */
package io.quarkiverse.redis.multiplexer.engine.settings;
