package io.qtau.agent;

import java.util.List;
import java.util.Map;

/** Tells the runtimes of the three makers which GPUs they may see. */
final class GpuVariables {
  /** Read by CUDA; HIP reads it, too. */
  static final String CUDA = "CUDA_VISIBLE_DEVICES";

  static final String ROCM = "ROCR_VISIBLE_DEVICES";
  static final String LEVEL_ZERO = "ZE_AFFINITY_MASK";

  private GpuVariables() {}

  /** An empty list hides all; of Level Zero's there is none that does. */
  static void put(Map<String, String> environment, List<String> ids) {
    String list = String.join(",", ids);
    environment.put(CUDA, list);
    environment.put(ROCM, list);
    if (!ids.isEmpty()) {
      environment.put(LEVEL_ZERO, list);
    }
  }
}
