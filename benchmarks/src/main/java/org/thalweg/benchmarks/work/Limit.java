package org.thalweg.benchmarks.work;

/// A limit of the machine: a work that does nothing but reach it.
///
/// @param work the work, measured in the same run on the same threads
/// @param repetitions how many repetitions of it, or what part of one, a work needs at least
public record Limit(Work work, double repetitions) {}
