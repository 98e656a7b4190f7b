/// What has been measured, as a table, a file, a page and a picture.
@NullMarked
package org.thalweg.benchmarks.report;

import org.jspecify.annotations.NullMarked;
