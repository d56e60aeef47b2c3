import { render } from "preact";
import { Root } from "./root";
import "../style/main.css";
import "../style/dash/main.css";

render(<Root />, document.getElementById("app")!);
