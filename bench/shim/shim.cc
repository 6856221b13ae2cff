// SPDX-License-Identifier: MIT
#include "shim.h"

#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

namespace {

using benchmark::BenchmarkReporter;

std::unique_ptr<BenchmarkReporter> make_reporter(const char *format, std::ostream *stream,
                                                 std::ostream *nowhere) {
  std::unique_ptr<BenchmarkReporter> made;
  if (std::strcmp(format, "json") == 0) {
    made = std::make_unique<benchmark::JSONReporter>();
  } else if (std::strcmp(format, "csv") == 0) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    made = std::make_unique<benchmark::CSVReporter>();
#pragma GCC diagnostic pop
  } else {
    made = std::make_unique<benchmark::ConsoleReporter>(benchmark::ConsoleReporter::OO_Tabular);
  }
  made->SetOutputStream(stream);
  // The context for the eyes: it would call Debian's library, built with assertions, a debug build.
  made->SetErrorStream(nowhere);
  return made;
}

// What every entry needs while it runs, and the reporter needs afterwards.
struct Session {
  const shim_entry *entries;
  shim_run run;
  void *self;
  size_t current;
  bool measured;
  double cpu_seconds;
};

// Hands each run to the reporters under its own name, without the suffixes that say how it was driven.
class Reporter : public BenchmarkReporter {
public:
  Reporter(const Session &session, std::vector<std::unique_ptr<BenchmarkReporter>> targets)
      : session_(session), targets_(std::move(targets)) {
  }

  bool ReportContext(const Context &context) override {
    for (auto &target : targets_) {
      target->ReportContext(context);
    }
    return true;
  }

  void ReportRuns(const std::vector<Run> &runs) override {
    if (!session_.measured) {
      return;
    }
    const shim_entry &entry = session_.entries[session_.current];
    std::vector<Run> renamed(runs);
    for (Run &run : renamed) {
      run.run_name = benchmark::BenchmarkName();
      run.run_name.function_name = entry.name;
      run.repetition_index = entry.repetition;
      run.repetitions = entry.repetitions;
      run.cpu_accumulated_time = session_.cpu_seconds;
    }
    for (auto &target : targets_) {
      target->ReportRuns(renamed);
    }
  }

  void Finalize() override {
    for (auto &target : targets_) {
      target->Finalize();
    }
  }

private:
  const Session &session_;
  std::vector<std::unique_ptr<BenchmarkReporter>> targets_;
};

void measure(benchmark::State &state, Session *session, size_t index) {
  shim_measurement measurement = {};
  session->current = index;
  session->measured = session->run(session->self, index, &measurement);
  if (!session->measured) {
    state.SkipWithError("not measured");
    return;
  }
  session->cpu_seconds = measurement.cpu_seconds;
  for (auto _ : state) {
    state.SetIterationTime(measurement.seconds);
  }
  for (const shim_counter &counter : measurement.counter) {
    if (counter.name == nullptr) {
      break;
    }
    state.counters[counter.name] = counter.value;
  }
  if (measurement.label != nullptr) {
    state.SetLabel(measurement.label);
  }
}

// The library also reads its flags from the environment; order, repetitions and output are ours.
void initialize(const char *program) {
  std::vector<std::string> flags = {"--benchmark_out=", "--benchmark_list_tests=false",
                                    "--benchmark_enable_random_interleaving=false"};
  std::vector<char *> arguments = {const_cast<char *>(program)}; // kept by the library
  for (std::string &flag : flags) {
    arguments.push_back(flag.data());
  }
  int count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  benchmark::Initialize(&count, arguments.data());
}

} // namespace

void shim_add_context(const char *key, const char *value) {
  benchmark::AddCustomContext(key, value);
}

bool shim_run_all(const char *program, const shim_entry *entries, size_t count, const shim_output *output,
                  shim_run run, void *self) {
  std::ofstream file;
  std::ostream nowhere(nullptr);
  std::vector<std::unique_ptr<BenchmarkReporter>> targets;
  if (output->display_format != nullptr) {
    targets.push_back(make_reporter(output->display_format, &std::cout, &nowhere));
  }
  if (output->file != nullptr) {
    file.open(output->file);
    if (!file) {
      return false;
    }
    targets.push_back(make_reporter(output->file_format, &file, &nowhere));
  }
  initialize(program);

  Session session = {entries, run, self, 0, false, 0.0};
  for (size_t i = 0; i < count; i++) {
    benchmark::RegisterBenchmark(entries[i].name,
                                 [&session, i](benchmark::State &state) { measure(state, &session, i); })
        ->Iterations(1)
        ->Repetitions(1)
        ->UseManualTime();
  }
  Reporter reporter(session, std::move(targets));
  if (count > 0) { /* it complains where there is nothing to run */
    benchmark::RunSpecifiedBenchmarks(&reporter, ".");
  }
  benchmark::Shutdown();
  if (output->file != nullptr) {
    file.close();
  }
  return !file.fail();
}

const char *shim_library_version(void) {
  return LERP_BENCHMARK_VERSION;
}
