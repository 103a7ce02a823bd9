// The parts of ECharts that Luodi's chart pages use; nothing else is shipped.
import { BarChart, LineChart, MapChart } from "echarts/charts";
import {
  AriaComponent,
  GeoComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import { getMap, init, registerMap, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";

use([
  AriaComponent, BarChart, CanvasRenderer, GeoComponent, GridComponent, LabelLayout, LegendComponent, LineChart,
  MapChart, MarkLineComponent, SVGRenderer, TooltipComponent, VisualMapComponent,
]);

export { getMap, init, registerMap };
