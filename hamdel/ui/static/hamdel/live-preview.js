// A form with data-preview="ID" shows what its fields say in the frame of that id, and hides what does not apply:
// data-when="field=value,value" stands only while the field has one of the values.
const WAIT_MS = 300;

function fit(form) {
  for (const part of form.querySelectorAll("[data-when]")) {
    const [name, values] = part.dataset.when.split("=");
    part.hidden = !values.split(",").includes(new FormData(form).get(name));
  }
}

function preview(form) {
  const frame = document.getElementById(form.dataset.preview);
  const said = new URLSearchParams([...new FormData(form)].filter(([name, value]) => value && name !== "csrfmiddlewaretoken"));
  frame.src = `${frame.src.split("?")[0]}?${said}`;
}

for (const form of document.querySelectorAll("[data-preview]")) {
  let timer;
  fit(form);
  form.addEventListener("input", () => {
    fit(form);
    clearTimeout(timer);
    timer = setTimeout(() => preview(form), WAIT_MS);
  });
}
