package io.qtau.protocol;

import java.util.List;

/**
 * A part of the answer to a {@link SurveyOrder}, in the table of answers under {@code token/part}.
 *
 * @param part from 0
 * @param last whether no part comes after it
 * @param queues all queues of tasks and results; in part 0
 * @param tasks those that were asked for
 * @param cut queues in which more messages lie than were looked at; in part 0
 */
public record SurveyAnswer(
    String token,
    int part,
    boolean last,
    List<QueueState> queues,
    List<FoundTask> tasks,
    List<String> cut) {
  /** How many messages of a queue are looked at. */
  public static final int MOST_LOOKED_AT = 10_000;

  public SurveyAnswer {
    queues = List.copyOf(queues);
    tasks = List.copyOf(tasks);
    cut = List.copyOf(cut);
  }

  /** Its key in the table. */
  public static String key(String token, int part) {
    return token + "/" + part;
  }
}
