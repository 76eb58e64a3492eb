package io.qtau.protocol;

/** A value that a field cannot have. The message names the field and says what it may be. */
public final class InvalidField extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;
  private final String path;

  /**
   * @param path the field, with dots between levels ({@code resources.cores})
   * @param reason what is wrong and what would be right
   */
  public InvalidField(String path, String reason) {
    super(path + ": " + reason);
    this.path = path;
  }

  /** The field, with dots between levels. */
  public String path() {
    return path;
  }
}
