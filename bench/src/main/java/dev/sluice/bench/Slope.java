package dev.sluice.bench;

import java.util.ArrayList;
import java.util.List;

/** A straight line through points by least squares. */
final class Slope {
  private final List<double[]> points = new ArrayList<>();

  void add(double x, double y) {
    points.add(new double[] {x, y});
  }

  int size() {
    return points.size();
  }

  /** Change of y for each unit of x; 0 while there are no two different x. */
  double perUnit() {
    double meanX = points.stream().mapToDouble(point -> point[0]).average().orElse(0);
    double meanY = points.stream().mapToDouble(point -> point[1]).average().orElse(0);
    double both = 0;
    double square = 0;
    for (double[] point : points) {
      both += (point[0] - meanX) * (point[1] - meanY);
      square += (point[0] - meanX) * (point[0] - meanX);
    }
    return square == 0 ? 0 : both / square;
  }
}
