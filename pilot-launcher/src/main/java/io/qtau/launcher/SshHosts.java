package io.qtau.launcher;

import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Hosts behind SSH, each with one connection that stays open, asked all at the same time. */
final class SshHosts implements AutoCloseable {
  private static final int MOST_AT_ONCE = 16;

  /** What is done on one host. */
  interface Call<T> {
    T on(SshHost host) throws IOException, InterruptedException;
  }

  /** How that went: one of the two is null. */
  record Answer<T>(@Nullable T value, @Nullable IOException failure) {
    T orThrow() throws IOException {
      if (value == null) {
        throw failure == null ? new IOException("no answer") : failure;
      }
      return value;
    }
  }

  private final SshConfig config;
  private final Map<SshAddress, SshHost> open = new ConcurrentHashMap<>();

  SshHosts(SshConfig config) {
    this.config = config;
  }

  private SshHost host(SshAddress address) {
    return open.computeIfAbsent(address, a -> new SshHost(config, a));
  }

  /** Does it on each, and waits for all, also when one has failed. */
  <T> Map<SshAddress, Answer<T>> ask(Collection<SshAddress> addresses, Call<T> call)
      throws InterruptedException {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.max(1, Math.min(MOST_AT_ONCE, addresses.size())), SshHosts::daemon);
    try {
      Map<SshAddress, Future<Answer<T>>> asked = new LinkedHashMap<>();
      for (SshAddress address : addresses) {
        asked.put(address, threads.submit(() -> answer(host(address), call)));
      }
      Map<SshAddress, Answer<T>> answers = new LinkedHashMap<>();
      for (Map.Entry<SshAddress, Future<Answer<T>>> one : asked.entrySet()) {
        answers.put(one.getKey(), one.getValue().get());
      }
      return answers;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  /** The same, and it must succeed everywhere. */
  <T> Map<SshAddress, T> all(Collection<SshAddress> addresses, Call<T> call)
      throws IOException, InterruptedException {
    Map<SshAddress, T> values = new LinkedHashMap<>();
    for (Map.Entry<SshAddress, Answer<T>> one : ask(addresses, call).entrySet()) {
      values.put(one.getKey(), one.getValue().orThrow());
    }
    return values;
  }

  private static <T> Answer<T> answer(SshHost host, Call<T> call) throws InterruptedException {
    try {
      return new Answer<>(call.on(host), null);
    } catch (IOException e) {
      return new Answer<>(null, e);
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "ssh");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void close() {
    open.values().forEach(SshHost::close);
    open.clear();
  }
}
