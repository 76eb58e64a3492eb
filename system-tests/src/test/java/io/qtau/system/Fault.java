package io.qtau.system;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** What can happen to a site. Each leaves it as able to work as it was. */
enum Fault {
  BROKER_KILLED(false) {
    @Override
    void happen(FaultSite site, Random random, List<String> sessions) throws Exception {
      Commands.kill(site.brokerPid());
      site.startBroker();
    }
  },
  BROKER_STOPS_FOR_A_WHILE(false) {
    @Override
    void happen(FaultSite site, Random random, List<String> sessions) throws Exception {
      sleep(site.brokerPid(), 500 + random.nextInt(2000));
    }
  },
  AGENT_KILLED(true) {
    @Override
    void happen(FaultSite site, Random random, List<String> sessions) throws Exception {
      site.killPilot(any(site.pilots(), random));
    }
  },
  AGENT_SLEEPS_FOR_A_MOMENT(false) {
    @Override
    void happen(FaultSite site, Random random, List<String> sessions) throws Exception {
      sleep(site.agentPid(any(site.pilots(), random)), 200 + random.nextInt(2000));
    }
  },
  AGENT_SLEEPS_TOO_LONG(true) {
    @Override
    void happen(FaultSite site, Random random, List<String> sessions) throws Exception {
      sleep(site.agentPid(any(site.pilots(), random)), 8500);
    }
  },
  WORKER_KILLED(false) {
    @Override
    void happen(FaultSite site, Random random, List<String> sessions) throws Exception {
      List<Long> workers = site.workers(any(site.pilots(), random));
      if (!workers.isEmpty()) {
        Commands.kill(any(workers, random));
      }
    }
  },
  READER_KILLED(false) {
    @Override
    void happen(FaultSite site, Random random, List<String> sessions) throws Exception {
      site.clients().killReader(any(sessions, random));
    }
  },
  COLLECTOR_KILLED(false) {
    @Override
    void happen(FaultSite site, Random random, List<String> sessions) throws Exception {
      site.clients().killCollector();
    }
  },
  SUBMITTER_KILLED(false) {
    @Override
    void happen(FaultSite site, Random random, List<String> sessions) throws Exception {
      String session = "killed" + random.nextInt(Integer.MAX_VALUE);
      List<String> tasks = new ArrayList<>();
      for (int i = 0; i < 8000; i++) {
        tasks.add("{\"id\":\"t%d\",\"kind\":\"noop\"}".formatted(i));
      }
      site.clients().submitAndKill(session, tasks, random.nextInt(1000));
    }
  },
  NETWORK_CUT(false) {
    @Override
    void happen(FaultSite site, Random random, List<String> sessions) throws Exception {
      cut(site, 300 + random.nextInt(1200));
    }
  },
  NETWORK_CUT_TOO_LONG(true) {
    @Override
    void happen(FaultSite site, Random random, List<String> sessions) throws Exception {
      cut(site, 9000);
    }
  },
  DISK_FULL(false) {
    @Override
    void happen(FaultSite site, Random random, List<String> sessions) throws Exception {
      site.disk().fill();
      try {
        TimeUnit.MILLISECONDS.sleep(2000 + random.nextInt(4000));
      } finally {
        site.disk().free();
      }
      site.reviveBroker();
    }
  };

  /** Whether tasks that an agent ran for long may run a second time for it. */
  final boolean losesAnAgent;

  Fault(boolean losesAnAgent) {
    this.losesAnAgent = losesAnAgent;
  }

  /** So many of them in any order, each kind about as often as any other. */
  static List<Fault> schedule(int count, Random random) {
    List<Fault> faults = new ArrayList<>();
    while (faults.size() < count) {
      faults.addAll(List.of(values()));
    }
    Collections.shuffle(faults, random);
    return faults.subList(0, count);
  }

  abstract void happen(FaultSite site, Random random, List<String> sessions) throws Exception;

  static <T> T any(List<T> all, Random random) {
    return all.get(random.nextInt(all.size()));
  }

  private static void cut(FaultSite site, long millis) throws Exception {
    site.far().cut();
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } finally {
      site.far().join();
    }
  }

  static void sleep(long pid, long millis) throws Exception {
    FaultSite.signal("STOP", pid);
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } finally {
      FaultSite.signal("CONT", pid);
    }
  }
}
