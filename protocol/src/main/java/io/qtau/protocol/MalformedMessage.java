package io.qtau.protocol;

/** Bytes that are not what they should be. Reading them again gives the same answer. */
public final class MalformedMessage extends Exception {
  private static final long serialVersionUID = 1L;

  public MalformedMessage(String message) {
    super(message);
  }
}
