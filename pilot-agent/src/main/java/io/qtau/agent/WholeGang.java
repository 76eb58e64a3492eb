package io.qtau.agent;

import io.qtau.protocol.TaskError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The nodes of a program that have come together: what its launcher has to know of them. */
final class WholeGang implements Gang {
  /** Makes what launchers call instead of {@code ssh}. */
  interface Shells {
    Path open() throws IOException;
  }

  private final String mark;
  private final List<MpiNode> nodes;
  private final double gatherSeconds;
  private final Shells shells;
  private final Runnable release;
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private @Nullable TaskError broken;
  private @Nullable TaskError suspected;
  private @Nullable Runnable onBroken;

  /**
   * @param release gives all nodes back
   */
  WholeGang(
      String mark, List<MpiNode> nodes, double gatherSeconds, Shells shells, Runnable release) {
    this.mark = mark;
    this.nodes = List.copyOf(nodes);
    this.gatherSeconds = gatherSeconds;
    this.shells = shells;
    this.release = release;
  }

  /** It cannot go on; the first reason stands. */
  void isBroken(TaskError why) {
    Runnable action;
    synchronized (this) {
      if (broken != null) {
        return;
      }
      broken = why;
      action = onBroken;
    }
    if (action != null) {
      action.run();
    }
  }

  /** Something has gone wrong on a node, which may be the launcher's end; the first one stands. */
  synchronized void isSuspected(TaskError why) {
    suspected = suspected == null ? why : suspected;
  }

  @Override
  public synchronized Optional<TaskError> suspected() {
    return Optional.ofNullable(suspected);
  }

  /** All nodes are back. */
  void isOver() {
    over.completeAsync(() -> null);
  }

  @Override
  public List<MpiNode> nodes() {
    return nodes;
  }

  @Override
  public Optional<String> mark() {
    return Optional.of(mark);
  }

  @Override
  public double gatherSeconds() {
    return gatherSeconds;
  }

  @Override
  public Optional<Path> remoteShell() throws IOException {
    return Optional.of(shells.open());
  }

  @Override
  public void onBroken(Runnable action) {
    boolean already;
    synchronized (this) {
      onBroken = action;
      already = broken != null;
    }
    if (already) {
      action.run();
    }
  }

  @Override
  public synchronized Optional<TaskError> broken() {
    return Optional.ofNullable(broken);
  }

  @Override
  public CompletableFuture<Void> end() {
    release.run();
    return over;
  }
}
