package org.thalweg.benchmarks.report;

/// The run that a row comes from.
///
/// @param commit of the sources, with a `+` where they were changed after it
/// @param date the day, ISO 8601
/// @param forks in how many fresh processes of each side
/// @param rounds how often each side took its turn in each of them
public record Run(String commit, String date, int forks, int rounds) {}
