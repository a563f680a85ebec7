// A respondent page inside another site's frame tells the page around it how tall it is, and when it is over.
const tell = () => {
  const hamdel = document.querySelector("main[data-finished]") ? "end" : "page";
  parent.postMessage({ hamdel, height: document.documentElement.scrollHeight }, "*");
};
new ResizeObserver(tell).observe(document.body);
tell();
